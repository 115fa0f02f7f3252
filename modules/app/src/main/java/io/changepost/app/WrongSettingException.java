package io.changepost.app;

/** A setting that cannot be used; the message is the one line that its owner reads. */
final class WrongSettingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WrongSettingException(String message) {
    super(message);
  }

  static WrongSettingException of(String name, String value, String why) {
    return new WrongSettingException(name + " = " + value + ": " + why);
  }
}
