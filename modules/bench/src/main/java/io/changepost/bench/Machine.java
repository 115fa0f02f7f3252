package io.changepost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Where the figures come from. */
final class Machine {

  private Machine() {}

  static Map<String, String> facts(HostDatabase database) throws SQLException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", line("/proc/cpuinfo", "model name"));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", line("/proc/meminfo", "MemTotal"));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("Java", Runtime.version() + " " + System.getProperty("java.vm.name"));
    facts.put("server's options", System.getenv().getOrDefault("CHANGEPOST_JAVA_OPTS", "-Xmx512m"));
    facts.put("PostgreSQL", database.text("show server_version"));
    for (String setting :
        new String[] {
          "fsync", "synchronous_commit", "full_page_writes", "wal_level", "shared_buffers"
        }) {
      facts.put(setting, database.text("show " + setting));
    }
    return facts;
  }

  private static String line(String file, String name) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).trim())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
