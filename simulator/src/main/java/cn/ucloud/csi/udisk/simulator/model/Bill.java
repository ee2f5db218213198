package cn.ucloud.csi.udisk.simulator.model;

import java.time.Instant;

/** Until when a disk by the month or year is paid for, as somebody has set it in the console. */
public record Bill(String diskId, Instant paidUntil) {}
