package cn.ucloud.csi.udisk.simulator.model;

/** A key and a value, which an account knows and binds to what it has. */
public record Label(String key, String value) {}
