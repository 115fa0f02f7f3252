package io.changepost.api;

import io.changepost.domain.SigningSecret;
import io.changepost.persistence.access.ResealStore;
import io.changepost.persistence.webhook.SecretStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/** Signing secrets. */
final class SecretHandlers {

  private final SecretStore secrets;
  private final ResealStore reseal;
  private final Duration overlap;
  private final SecureRandom random = new SecureRandom();

  SecretHandlers(SecretStore secrets, ResealStore reseal, Duration overlap) {
    this.secrets = secrets;
    this.reseal = reseal;
    this.overlap = overlap;
  }

  void addTo(HandlerTable table, Write write) {
    table
        .add(
            "getSecret",
            request -> answer(secrets.current(request.organization(), request.id("id"))))
        .add("rotateSecret", write.with(this::rotate))
        .add("resealSecrets", request -> reseal());
  }

  private Response rotate(Request request) {
    SigningSecret next = SigningSecret.generate(random);
    return answer(secrets.rotate(request.organization(), request.id("id"), next, overlap));
  }

  private Response reseal() {
    ResealStore.Resealed resealed = reseal.resealAll();
    return Response.ok(
        Json.object()
            .put("secrets", resealed.secrets())
            .put("headers", resealed.headers())
            .put("unreadableAnswers", resealed.unreadableAnswers()));
  }

  private static Response answer(Optional<SecretStore.Current> current) {
    SecretStore.Current secret = current.orElseThrow(Problem::notFound);
    return Response.ok(
        Json.object()
            .put("secret", secret.secret().text())
            .put("previousValidUntil", Json.time(secret.previousValidUntil())));
  }
}
