package dev.hush.provider.aws;

import dev.hush.InvalidSecretException;
import dev.hush.address.SecretAddress;
import dev.hush.provider.AddressParts;
import org.jspecify.annotations.Nullable;

/**
 * What an address calls a thing of AWS: its name, or its resource name (ARN), which has a region.
 *
 * @param region null for the one that this process is in
 * @param text as AWS is told it
 */
record ResourceName(@Nullable String region, String text) {

  private static final int REGION = 3;
  private static final int COLONS = 5;

  /**
   * Reads an address.
   *
   * @param location of the address, or a part of it
   * @param service that a resource name must be of
   * @throws InvalidSecretException if it is none
   */
  static ResourceName of(
      SecretAddress address, AddressParts parts, String location, String service) {
    boolean isAbsolute = location.startsWith("/");
    String text =
        (isAbsolute ? "/" : "")
            + String.join("/", parts.segments(isAbsolute ? location.substring(1) : location));
    String region = parts.parameter("region").orElse(null);
    if (region != null && !isRegion(region)) {
      throw AddressParts.wrong(
          address, "has a region that is none", "write one such as ?region=eu-west-1");
    }
    if (!text.startsWith("arn:")) {
      return new ResourceName(region, text);
    }
    String[] resource = text.split(":", COLONS + 1);
    if (resource.length <= COLONS || !resource[2].equals(service) || !isRegion(resource[REGION])) {
      throw AddressParts.wrong(
          address, "is no resource name of this service", "write the name, or the whole ARN");
    }
    if (region != null && !region.equals(resource[REGION])) {
      throw AddressParts.wrong(address, "names another region than its ARN", "leave out ?region=");
    }
    return new ResourceName(resource[REGION], text);
  }

  private static boolean isRegion(String text) {
    return text.matches("[a-z]{2,}(-[a-z0-9]+){1,4}");
  }
}
