package cn.ucloud.csi.udisk.controller;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.common.error.DriverException.Unavailable;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What the controller is at this moment. */
final class ControllerGauges {
  private ControllerGauges() {}

  static void register(PrometheusRegistry registry, Storage storage, Permission permission) {
    GaugeWithCallback.builder()
        .name("udisk_host_queue_length")
        .help("Attachments and detachments that wait for another one on the same host.")
        .callback(callback -> callback.call(storage.hostQueue().waiting()))
        .register(registry);
    CounterWithCallback.builder()
        .name("udisk_unusable_disks_deleted_total")
        .help(
            "Disks deleted because the claims they were made for could not have them as they were.")
        .callback(callback -> callback.call((double) storage.unusableDisks().deleted()))
        .register(registry);
    CounterWithCallback.builder()
        .name("udisk_clone_snapshots_taken_total")
        .help("Snapshots taken because volumes in use were to be cloned; none of them stays.")
        .callback(callback -> callback.call((double) storage.interims().taken()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("udisk_acting")
        .help("1 in the one process that may change anything, 0 in those that stand by.")
        .callback(callback -> callback.call(mayAct(permission) ? 1 : 0))
        .register(registry);
  }

  private static boolean mayAct(Permission permission) {
    try {
      permission.require();
      return true;
    } catch (Unavailable e) {
      return false;
    }
  }
}
