/**
 * The snippets of Modal's guide to secrets and of its reference of {@code Secret}, and those of
 * Kestra's and Dagger's pages on secrets, each as a program in Java. The snippet stands above its
 * twin.
 */
@NullMarked
package dev.hush.samples.tour;

import org.jspecify.annotations.NullMarked;
