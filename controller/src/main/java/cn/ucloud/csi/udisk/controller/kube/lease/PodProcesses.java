package cn.ucloud.csi.udisk.controller.kube.lease;

import java.util.Optional;

/** The processes that follow each other in this one's pod (decision 4). */
public interface PodProcesses {
  /** For a process that knows of none before it. */
  PodProcesses NONE =
      new PodProcesses() {
        @Override
        public Optional<String> former() {
          return Optional.empty();
        }

        @Override
        public void taking(String process, boolean isFromFormer) {}

        @Override
        public void gaveBack() {}
      };

  /** The one that was about to take the lease last, if it is certain that it is dead. */
  Optional<String> former();

  /** {@code process}, this one, is about to take the lease. Never throws. */
  void taking(String process, boolean isFromFormer);

  /** This process has given the lease back, and sends nothing any more. */
  void gaveBack();
}
