package io.changepost.delivery;

import java.util.Locale;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;

/** What this node may lack, so that it cannot even begin to send. */
enum Lack {
  /** The process, or the machine, has as many files and sockets open as it may. */
  FILES("too many files are open in this node (see its limit, ulimit -n)"),
  /** The kernel has no memory left for a socket. */
  SOCKETS("the kernel has no memory left for a connection"),
  /** The pool of connections gave none in time. */
  CONNECTION("no connection became free in time"),
  /** No name server answered, or none could be asked. */
  RESOLVER("names cannot be looked up, because the resolver does not answer");

  private final String phrase;

  Lack(String phrase) {
    this.phrase = phrase;
  }

  /** Said of an attempt: what lacked. */
  String phrase() {
    return phrase;
  }

  /** The lack behind a failure; null where it is none of ours. */
  static @Nullable Lack of(Throwable failure) {
    for (Throwable t : (Iterable<Throwable>) Causes.of(failure)::iterator) {
      if (t instanceof ResolverUnavailableException) {
        return RESOLVER;
      }
      if (t instanceof ConnectionRequestTimeoutException) {
        return CONNECTION;
      }
      if (Causes.isOfSocket(t)) {
        return ofText(String.valueOf(t.getMessage()));
      }
    }
    return null;
  }

  /** The JDK gives the error number's words in the message alone. */
  static @Nullable Lack ofText(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    if (text.contains("too many open files")) {
      return FILES;
    }
    // Not "cannot assign requested address": where a machine is without IPv6, Linux says that of an
    // address of the endpoint too.
    return text.contains("no buffer space available") || text.contains("cannot allocate memory")
        ? SOCKETS
        : null;
  }
}
