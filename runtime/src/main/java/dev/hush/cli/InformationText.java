package dev.hush.cli;

import com.eclipsesource.json.JsonArray;
import com.eclipsesource.json.JsonObject;
import dev.hush.SecretStore;

/** What can be told of a secret, as JSON. */
final class InformationText {

  private InformationText() {}

  static JsonObject json(SecretStore.Info secret) {
    JsonArray keys = new JsonArray();
    secret.keys().forEach(keys::add);
    return new JsonObject()
        .add("name", secret.name())
        .add("environment", secret.environment())
        .add("created", secret.created().toString())
        .add("createdBy", secret.createdBy())
        .add("updated", secret.updated().toString())
        .add("updatedBy", secret.updatedBy())
        .add("lastUsed", secret.lastUsed().map(Object::toString).orElse(null))
        .add("version", secret.version())
        .add("keys", keys);
  }
}
