package cn.ucloud.csi.udisk.common.ucloud.udisk;

/** A UHost or bare metal host, as far as a disk cares. */
public record Host(String id, String zone) {}
