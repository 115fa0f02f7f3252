package io.changepost.app.server;

import io.changepost.app.settings.WrongSettingException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One process at a time has a data folder; the lock ends with the process, however it ends. */
final class FolderLock implements AutoCloseable {

  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  static FolderLock take(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new FolderLock(channel);
      }
    } catch (OverlappingFileLockException held) {
      // The same answer as for another process.
    }
    channel.close();
    throw new WrongSettingException(
        "changepost.data.dir = " + folder + ": another Changepost is running in this folder");
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
