/**
 * The store of named secrets that needs no server: a folder of age files.
 *
 * <h2>Files</h2>
 *
 * <pre>
 * ~/.hush/                      0700  HUSH_HOME
 *   identity.txt                0600  who can decrypt: identities as age-keygen writes them
 *   store.age                   0600  the header
 *   lock                        0600  empty; who writes holds a lock of the operating system on it
 *   secrets-2f9c01ab/           0700  named by the header
 *     5c0d...-91be....age       0600  one secret in one deployment environment
 *     5c0d...-91be....age.used  0600  empty; its time is when the secret was last used
 *   offline/                    0700  the setting offline; may be deleted at any time
 *     copy.age                  0600  what managers gave last
 *     lock                      0600  as above
 * </pre>
 *
 * <p>Every {@code .age} file is one of <a href="https://age-encryption.org/v1">age</a>, encrypted
 * to the X25519 recipients that the header lists. Inside is JSON:
 *
 * <pre>{@code
 * store.age
 *   { "format": 1, "store": KEY, "folder": "secrets-2f9c01ab", "previous": "",
 *     "recipients": [ { "key": "age1...", "comment": "somebody" } ] }
 *
 * a secret
 *   { "format": 1, "store": KEY, "environment": "local", "name": "db",
 *     "created": "2026-03-01T12:00:00.123456Z", "createdBy": "somebody",
 *     "versions": [ { "version": 2, "time": ..., "by": ..., "values": { "DB_PASSWORD": ... } }, ... ] }
 * }</pre>
 *
 * <p>{@code KEY} is 32 random bytes in Base64 (URL alphabet, no padding). A file is called
 * <i>hash(environment)</i>{@code -}<i>hash(environment, name)</i>{@code .age}, where the hash is
 * HMAC-SHA256 under that key, cut to 8 and 16 bytes, of {@code environment NUL ENVIRONMENT} and
 * {@code secret NUL ENVIRONMENT NUL NAME}. So there is no index that could disagree with the files,
 * and a file is found without reading another. The newest ten versions are kept, fewer if they are
 * larger than 16 MiB together.
 *
 * <h2>What is protected</h2>
 *
 * <ul>
 *   <li>Who has the files but no identity learns how many secrets and deployment environments there
 *       are, how large each file is, and when it was written and used; no name, key or value. That
 *       goes for a backup, a lost disk, a synchronised folder: keep {@code identity.txt} elsewhere
 *       than the copies.
 *   <li>Who can write the files but has no identity can delete them or bring an earlier state of
 *       one back. A file that was cut off or changed, that belongs under another name, is of
 *       another store or from before the last {@code rekey} is refused. A new one cannot be made
 *       without {@code KEY}, although the recipients' public keys are no secret.
 *   <li>Nothing is ever overwritten that cannot be read, and nothing is handed out in part. At any
 *       moment at which a process or the machine stops, every secret is as it was before or as it
 *       is after.
 *   <li>A folder or an identity that other users of the machine can open is refused.
 * </ul>
 *
 * <h2>What is not</h2>
 *
 * <ul>
 *   <li>Who can read {@code identity.txt} can read every secret: the user's own processes, root,
 *       and whoever gets a copy of the whole folder. The identity has no passphrase, because
 *       functions must start without anybody there.
 *   <li>An earlier state of the whole folder, or of one file in its own place, is not recognised as
 *       such.
 *   <li>A recipient that was removed, or an identity that was rotated, still opens copies made
 *       before. Change the values.
 *   <li>Deleted means unlinked: what the disk or a snapshot keeps is encrypted, but still there.
 * </ul>
 *
 * <h2>Recovering with age alone</h2>
 *
 * <pre>{@code
 * find ~/.hush/secrets-* -name '*.age' -exec age -d -i ~/.hush/identity.txt {} \;
 * }</pre>
 *
 * <p>prints every secret as JSON. What {@code age -e -R} writes to the same recipients in the place
 * of a file is read, binary or armored, as long as {@code store}, {@code environment} and {@code
 * name} in it stay.
 */
@NullMarked
package dev.hush.store;

import org.jspecify.annotations.NullMarked;
