package io.bastion.cluster;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Answers each question with the same SRV records. */
final class DnsServer implements AutoCloseable {
    private static final int HEADER = 12;

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final List<String> addresses;

    DnsServer(List<String> addresses) throws IOException {
        this.addresses = addresses;
        Thread thread = new Thread(this::serve, "dns-server");
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket question = new DatagramPacket(new byte[512], 512);
                socket.receive(question);
                byte[] answer = answer(question.getData());
                socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private byte[] answer(byte[] question) throws IOException {
        int end = HEADER;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        end += 5; // the end of the name, type and class
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(0x8180); // an answer without an error
        out.writeShort(1);
        out.writeShort(addresses.size());
        out.writeInt(0);
        out.write(Arrays.copyOfRange(question, HEADER, end));
        for (String address : addresses) {
            String host = address.substring(0, address.indexOf(':'));
            byte[] name = name(host);
            out.writeShort(0xC000 | HEADER);
            out.writeShort(33);
            out.writeShort(1);
            out.writeInt(60);
            out.writeShort(6 + name.length);
            out.writeInt(0);
            out.writeShort(Integer.parseInt(address.substring(host.length() + 1)));
            out.write(name);
        }
        return bytes.toByteArray();
    }

    private static byte[] name(String host) {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        for (String label : host.split("\\.")) {
            name.write(label.length());
            name.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        name.write(0);
        return name.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
