package cn.ucloud.csi.udisk.admin.adapter;

import cn.ucloud.csi.udisk.admin.port.ObjectApi;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.HashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** That of the Kubernetes client's own tests. */
class MockServerTest extends ObjectContract {
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher() {
            // A server of Kubernetes says of what kind its refusal is; the mock leaves it out.
            @Override
            public MockResponse dispatch(RecordedRequest request) {
              MockResponse answer = super.dispatch(request);
              return answer.code() == 404
                  ? new MockResponse()
                      .setResponseCode(404)
                      .setBody("{\"kind\":\"Status\",\"reason\":\"NotFound\",\"code\":404}")
                  : answer;
            }
          },
          false);

  private KubernetesClient client;

  @BeforeEach
  void start() {
    server.init(InetAddress.getLoopbackAddress(), 0);
    client = server.createClient();
  }

  @AfterEach
  void close() {
    client.close();
    server.destroy();
  }

  @Override
  ObjectApi api() {
    return new KubernetesApi(client, InstantSource.system());
  }

  @Override
  void put(String yaml) {
    client.resource(yaml).create();
  }
}
