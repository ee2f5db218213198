/**
 * The UCloud API over HTTP: reading a request, checking who sent it, and one class for each action.
 *
 * <p>Parameter and field names are those of the UCloud API reference, letter for letter. Parameter
 * errors have no documented code; they are answered with RetCode 230.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator.api;

import org.jspecify.annotations.NullMarked;
