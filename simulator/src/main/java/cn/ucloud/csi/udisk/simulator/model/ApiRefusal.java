package cn.ucloud.csi.udisk.simulator.model;

/** The region says no, with a RetCode of the UCloud API. */
public final class ApiRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int retCode;

  public ApiRefusal(int retCode, String message) {
    // Refusals are answers, and many of them under load: no stack trace.
    super(message, null, false, false);
    this.retCode = retCode;
  }

  /** A parameter is absent. The code is our choice: the API does not document any. */
  public static ApiRefusal missing(String parameter) {
    return new ApiRefusal(230, "Params [" + parameter + "] missing");
  }

  /** A parameter has no meaning. The code is our choice: the API does not document any. */
  public static ApiRefusal invalid(String parameter) {
    return new ApiRefusal(230, "Params [" + parameter + "] invalid");
  }

  public int retCode() {
    return retCode;
  }
}
