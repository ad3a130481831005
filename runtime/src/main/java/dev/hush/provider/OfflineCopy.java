package dev.hush.provider;

import dev.hush.address.SecretAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;

/**
 * What managers gave last, for a start at which they cannot be reached.
 *
 * <p>An implementation never fails and never hangs: what it cannot keep or give it says in one line
 * to whoever started the program. It is safe for use by several threads and processes.
 */
public interface OfflineCopy {

  /**
   * One address, as read by one process.
   *
   * @param origin as {@link SecretProvider#origin}
   */
  record Place(SecretAddress address, String origin) {
    @Override
    public String toString() {
      return address.toString();
    }
  }

  /**
   * What was given once.
   *
   * @param age since the manager said last that this is the value
   */
  record Copied(Provided provided, Duration age) {}

  /**
   * Keeps what managers gave now.
   *
   * @param gone what they say is not there any more, or not for who asks: that is forgotten
   */
  void keep(Map<Place, Answer.Found> given, Collection<Place> gone);

  /**
   * What there is that is not too old. Of addresses with one origin, all or none: values that the
   * manager did not have at one moment are not given together.
   */
  Map<SecretAddress, Copied> read(Collection<Place> wanted);
}
