/**
 * The process on every node: it finds disks, mounts them, and takes them away again.
 *
 * <p>It holds no cloud keys and does not talk to Kubernetes (decision 15). Calls go one way:
 * service, {@code request}, {@code stage}, {@code device}, {@code mount}, {@code filesystem},
 * {@code linux}.
 */
@NullMarked
package cn.ucloud.csi.udisk.node;

import org.jspecify.annotations.NullMarked;
