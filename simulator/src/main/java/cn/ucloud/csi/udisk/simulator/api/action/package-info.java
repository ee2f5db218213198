/**
 * The actions of the API, one class each: parameters as documented, answers as the real region
 * gives them.
 */
@NullMarked
package cn.ucloud.csi.udisk.simulator.api.action;

import org.jspecify.annotations.NullMarked;
