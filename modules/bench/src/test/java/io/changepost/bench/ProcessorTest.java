package io.changepost.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessorTest {

  @Test
  void time_of_a_tree_holds_what_ended_in_it() throws Exception {
    long self = ProcessHandle.current().pid();
    long before = Processor.tree(self);
    new ProcessBuilder("sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done")
        .start()
        .waitFor();
    assertThat(Processor.tree(self) - before).isGreaterThan(20_000);
    assertThat(Processor.alone(self)).isPositive();
  }

  @Test
  void of_a_process_that_is_gone_it_is_nothing() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    assertThat(Processor.alone(ended.pid())).isZero();
    assertThat(Processor.residentBytes(ended.pid())).isZero();
  }

  @Test
  void what_a_process_holds_in_memory_is_more_than_its_heap_in_use() {
    Runtime runtime = Runtime.getRuntime();
    assertThat(Processor.residentBytes(ProcessHandle.current().pid()))
        .isGreaterThan((runtime.totalMemory() - runtime.freeMemory()) / 2)
        .isLessThan(64L << 30);
  }
}
