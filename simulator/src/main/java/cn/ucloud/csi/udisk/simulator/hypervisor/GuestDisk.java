package cn.ucloud.csi.udisk.simulator.hypervisor;

/**
 * A disk as it is plugged into a host.
 *
 * @param serial what the guest reads as the disk's serial; empty on bare metal, where there is none
 * @param boot a boot disk is only shown, there is nothing behind it
 */
public record GuestDisk(
    String diskId, String hostId, String kernelName, String serial, int sizeGb, boolean boot) {}
