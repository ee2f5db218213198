package cn.ucloud.csi.udisk.orchestrator.call;

import java.time.Duration;

/** The time that a retry loop sees; in tests it passes only when the loop sleeps. */
interface Timing {
  Timing SYSTEM =
      new Timing() {
        @Override
        public long nanoTime() {
          return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
          Thread.sleep(duration);
        }
      };

  long nanoTime();

  void sleep(Duration duration) throws InterruptedException;
}
