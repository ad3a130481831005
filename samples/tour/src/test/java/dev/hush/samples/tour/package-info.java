/** The tour with the packaged agent, the ways out of a program, and every block of README.md. */
@NullMarked
package dev.hush.samples.tour;

import org.jspecify.annotations.NullMarked;
