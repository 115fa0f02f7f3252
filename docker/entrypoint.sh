#!/usr/bin/env bash
# Runs a command of Changepost in the image, in place of this shell, so that it gets the signals. What ./changepost does besides,
# that is to build and to look for Java, is done here already.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$home"
processors=$(nproc)
# Of a container the quota counts, as it does for the JVM.
if read -r quota period 2>/dev/null </sys/fs/cgroup/cpu.max && [ "$quota" != max ]; then
  processors=$(((quota + period - 1) / period))
fi
few=
if [ "${1:-}" = start ] && [ "$processors" -le 4 ]; then
  # With one thread for it, the compiler takes half a minute under load to make the sender's code fast.
  # Else what runs once a message must run several times as often before it is compiled well, while the compiler is behind.
  few="-XX:CICompilerCount=6 -XX:Tier4LoadFeedback=100"
fi
# shellcheck disable=SC2086 # several options may stand in the variable
exec java $few -XX:+ExitOnOutOfMemoryError "-Dchangepost.home=$home" -Djava.awt.headless=true \
  -Dsun.net.inetaddr.ttl=30 -Djdk.nio.maxCachedBufferSize=131072 \
  "-Dlogback.configurationFile=$home/config/logback.xml" \
  -Dcamel.threads.virtual.enabled=true --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  ${CHANGEPOST_JAVA_OPTS:--XX:MaxRAMPercentage=60} \
  -cp "modules/app/target/lib/*:lib/*" io.changepost.app.Changepost "$@"
