package cn.ucloud.csi.udisk.controller.volume;

/**
 * What in the cluster waits for a volume, as the provisioner tells when it is asked to
 * (--extra-create-metadata).
 *
 * @param volume the name of the volume that is asked for
 */
public record Claim(String namespace, String name, String volume) {}
