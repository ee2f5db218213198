package cn.ucloud.csi.udisk.controller.kube.lease;

class InMemoryLeaseTest extends LeaseStoreContract {
  private final InMemoryLease lease = new InMemoryLease();

  @Override
  LeaseStore store() {
    return lease;
  }

  @Override
  void delete() {
    lease.delete();
  }
}
