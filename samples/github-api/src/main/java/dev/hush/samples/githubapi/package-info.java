/** A function that is called from the command line with a token from wherever it is kept. */
@NullMarked
package dev.hush.samples.githubapi;

import org.jspecify.annotations.NullMarked;
