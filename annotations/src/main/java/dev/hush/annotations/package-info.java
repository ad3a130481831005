/**
 * What an application compiles against: which methods are functions and which secrets they need.
 */
package dev.hush.annotations;
