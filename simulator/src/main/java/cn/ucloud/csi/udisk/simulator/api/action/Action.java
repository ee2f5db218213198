package cn.ucloud.csi.udisk.simulator.api.action;

import java.util.Map;

/** One action of the API, named as its class. */
public interface Action {

  /** The fields of the answer, without the envelope; a refusal is an exception. */
  Map<String, Object> answer(ApiRequest request);
}
