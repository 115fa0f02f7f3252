package io.changepost.app.settings;

/** A setting that cannot be used; the message is the one line that its owner reads. */
public final class WrongSettingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With that line. */
  public WrongSettingException(String message) {
    super(message);
  }

  /** Names the setting, its value (never a secret's) and what is right. */
  public static WrongSettingException of(String name, String value, String why) {
    String shown = SettingNames.isSecret(name) ? "(hidden)" : value.isEmpty() ? "(empty)" : value;
    return new WrongSettingException(name + " = " + shown + ": " + why);
  }
}
