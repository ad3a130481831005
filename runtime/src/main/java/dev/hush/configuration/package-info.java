/** What an operator can set, and where: agent argument, system property, variable, or file. */
@NullMarked
package dev.hush.configuration;

import org.jspecify.annotations.NullMarked;
