/** Files of text: read strictly, and written all or nothing. */
@NullMarked
package dev.hush.provider.text;

import org.jspecify.annotations.NullMarked;
