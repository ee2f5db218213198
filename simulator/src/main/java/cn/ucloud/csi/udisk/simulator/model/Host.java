package cn.ucloud.csi.udisk.simulator.model;

import org.jspecify.annotations.Nullable;

/**
 * One host as it is now.
 *
 * @param removed the host is gone for good; its file stays so that a restart does not order it
 *     again
 * @param nextKernelName the kernel letter of the next disk attached, when it shall not be the API's
 */
public record Host(
    HostSpec spec, boolean running, boolean removed, @Nullable String nextKernelName) {

  public static Host ordered(HostSpec spec) {
    return new Host(spec, true, false, null);
  }

  public String id() {
    return spec.id();
  }

  public Host with(HostSpec newSpec) {
    return new Host(newSpec, running, removed, nextKernelName);
  }

  public Host withRunning(boolean newRunning) {
    return new Host(spec, newRunning, removed, nextKernelName);
  }

  public Host asRemoved() {
    return new Host(spec, false, true, null);
  }

  public Host withNextKernelName(@Nullable String newNextKernelName) {
    return new Host(spec, running, removed, newNextKernelName);
  }
}
