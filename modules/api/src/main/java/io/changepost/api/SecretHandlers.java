package io.changepost.api;

import io.changepost.domain.SigningSecret;
import io.changepost.persistence.webhook.SecretStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/** Signing secrets. */
final class SecretHandlers {

  private final SecretStore secrets;
  private final Duration overlap;
  private final SecureRandom random = new SecureRandom();

  SecretHandlers(SecretStore secrets, Duration overlap) {
    this.secrets = secrets;
    this.overlap = overlap;
  }

  void addTo(HandlerTable table) {
    table
        .add(
            "getSecret",
            request -> answer(secrets.current(request.organization(), request.id("id"))))
        .add("rotateSecret", this::rotate);
  }

  private Response rotate(Request request) {
    SigningSecret next = SigningSecret.generate(random);
    return answer(secrets.rotate(request.organization(), request.id("id"), next, overlap));
  }

  private static Response answer(Optional<SecretStore.Current> current) {
    SecretStore.Current secret = current.orElseThrow(Problem::notFound);
    return Response.ok(
        Json.object()
            .put("secret", secret.secret().text())
            .put("previousValidUntil", Json.time(secret.previousValidUntil())));
  }
}
