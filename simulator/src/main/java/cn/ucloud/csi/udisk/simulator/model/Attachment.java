package cn.ucloud.csi.udisk.simulator.model;

/**
 * Where a disk is attached.
 *
 * @param deviceName the letter the API tells, for example {@code vdb}; the serial follows it
 * @param kernelName the letter the kernel of the host gave, which may be another one
 */
public record Attachment(String hostId, String deviceName, String kernelName) {}
