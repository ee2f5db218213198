/**
 * Plays what stands around a CSI driver in a cluster: provisioner, attacher, kubelet, and the
 * objects that they keep in the API server.
 *
 * <p>Each part asks what the original asks, in its order, with its paths, and reads the answers by
 * its rules: which codes mean "may still be running", which mean "over", and how soon the call is
 * repeated. Nothing here knows UCloud or any class of the driver; the unix sockets are the only way
 * in. Loops end after a set time, and every call is told to a {@link CallListener}.
 */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator;

import org.jspecify.annotations.NullMarked;
