package cn.ucloud.csi.udisk.simulator.region;

import java.time.InstantSource;

/** What there is in the region, for the classes that change it. */
record Inventory(
    Disks disks, Hosts hosts, Guests guests, Snapshots snapshots, InstantSource clock) {
  Inventory(Disks disks, Hosts hosts, Snapshots snapshots, InstantSource clock) {
    this(disks, hosts, new Guests(hosts), snapshots, clock);
  }
}
