package io.changepost.micro;

import io.changepost.domain.RawJson;
import io.changepost.domain.RenderMessage;
import io.changepost.domain.StandardSignature;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** The steps whose cost follows the size of the message. */
public class MessageSteps {

  @Benchmark
  public byte[] render_create(Samples samples) {
    return RenderMessage.bytes(samples.id, samples.create);
  }

  @Benchmark
  public byte[] render_update(Samples samples) {
    return RenderMessage.bytes(samples.id, samples.update);
  }

  @Benchmark
  public RawJson scan(Samples samples) {
    return RawJson.of(samples.current);
  }

  @Benchmark
  public RawJson scan_and_rename(Samples samples) {
    return RawJson.of(samples.current).renamed();
  }

  @Benchmark
  public String sign_hmac(Samples samples) {
    return StandardSignature.sign(
        samples.hmac, samples.idText, samples.at.getEpochSecond(), samples.body);
  }

  @Benchmark
  public String sign_ed25519(Samples samples) {
    return StandardSignature.sign(
        samples.ed25519, samples.idText, samples.at.getEpochSecond(), samples.body);
  }

  @Benchmark
  public List<String> changed_names(Samples samples) {
    return RawJson.changed(
        RawJson.of(String.valueOf(samples.update.current())),
        RawJson.of(String.valueOf(samples.update.previous())));
  }
}
