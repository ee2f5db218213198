package cn.ucloud.csi.udisk.common.grpc.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One connection of a JDK unix channel in the shape grpc-okhttp asks for.
 *
 * <p>TCP options are accepted and forgotten. What has a getter here is read by grpc's channelz.
 */
public final class UnixSocket extends Socket {
  private final SocketChannel channel;
  private final SocketAddress peer;

  public UnixSocket(SocketChannel channel) throws IOException {
    this.channel = channel;
    this.peer = channel.getRemoteAddress();
  }

  @Override
  public InputStream getInputStream() {
    return new ChannelInput();
  }

  @Override
  public OutputStream getOutputStream() {
    return new ChannelOutput();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public void shutdownInput() throws IOException {
    channel.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public boolean isClosed() {
    return !channel.isOpen();
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isBound() {
    return true;
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return peer;
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return peer;
  }

  @Override
  public void setTcpNoDelay(boolean on) {}

  @Override
  public boolean getTcpNoDelay() {
    return true;
  }

  @Override
  public void setSoTimeout(int millis) {}

  @Override
  public int getSoTimeout() {
    return 0;
  }

  @Override
  public void setKeepAlive(boolean on) {}

  @Override
  public boolean getKeepAlive() {
    return false;
  }

  @Override
  public void setSoLinger(boolean on, int seconds) {}

  @Override
  public int getSoLinger() {
    return -1;
  }

  @Override
  public boolean getReuseAddress() {
    return false;
  }

  @Override
  public boolean getOOBInline() {
    return false;
  }

  @Override
  public int getTrafficClass() {
    return 0;
  }

  @Override
  public int getSendBufferSize() {
    return 0;
  }

  @Override
  public int getReceiveBufferSize() {
    return 0;
  }

  @Override
  public String toString() {
    return "UnixSocket[" + peer + "]";
  }

  // Not Channels.newInputStream and newOutputStream: those hold one lock of the channel for both
  // directions (SelectableChannel.blockingLock), so a waiting reader would keep the writer out.

  private final class ChannelInput extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return channel.read(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }

  private final class ChannelOutput extends OutputStream {
    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    }

    @Override
    public void close() throws IOException {
      UnixSocket.this.close();
    }
  }
}
