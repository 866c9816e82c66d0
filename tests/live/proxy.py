"""A TCP proxy that does to connections what networks and poolers do: it holds them silent, cuts them, lets answers trickle.

    with Proxy(host, port) as proxy:        proxy.port is where to connect
        proxy.hold()                        from now on nothing comes through, and new connections are taken and not answered
        proxy.hold_at = b"DROP TABLE"       the same, from the moment on when a client sends this
        proxy.hold_new = True               new connections only
        proxy.refusing = True               they are closed at once
        proxy.pass_on()
        proxy.cut(1)                        resets connections, the busiest first; all of them where no number is given
"""
import select
import socket
import struct
import threading
import time


class Relay:
    """Passes on what it hears. One that listens in says what goes on by `heard`: other bytes, or None to end the
    connection, after it has sent `back` what it likes; first: nothing was heard from there before."""

    def __init__(self, target):
        self.target = target
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            for a, b, from_server in ((client, server, False), (server, client, True)):
                threading.Thread(target=self.pump, args=(a, b, from_server), daemon=True).start()

    def pump(self, a, b, from_server):
        first = True
        try:
            while data := a.recv(1 << 20):
                data = self.heard(data, from_server, first, a)
                if data is None:
                    break
                first = False
                b.sendall(data)
        except OSError:
            pass
        for s in (a, b):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def heard(self, data, from_server, first, back):
        return data


class Link:
    def __init__(self, client, server):
        self.client, self.server, self.passed, self.cut, self.over = client, server, 0, False, False


class Proxy:
    def __init__(self, host, port):
        self.target, self.links, self.taken = (host, port), [], 0
        self.held = self.hold_new = self.closing = self.refusing = False
        self.hold_at = None                           # what a client sends there is held, and all that comes after it
        self.trickle = 0                              # seconds between two bytes of an answer
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing = True
        for thread in self.threads:
            thread.join()
        self.listener.close()

    def hold(self):
        self.held = True

    def pass_on(self):
        self.held = False

    def cut(self, most=None):
        links = sorted((link for link in self.links if not link.over), key=lambda link: -link.passed)[:most]
        for link in links:
            link.cut = True
        return len(links)

    def accept(self):
        while not self.closing:
            if not select.select([self.listener], [], [], 0.05)[0]:
                continue
            client, _ = self.listener.accept()
            self.taken += 1
            thread = threading.Thread(target=self.serve, args=(client,))
            self.threads.append(thread)
            thread.start()

    def reset(self, *sockets):
        for one in sockets:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()

    def serve(self, client):
        if self.refusing:
            client.close()
            return
        while (self.held or self.hold_new) and not self.closing:
            time.sleep(0.02)
        if self.closing:
            client.close()
            return
        try:
            server = socket.create_connection(self.target, 10)
        except OSError:
            self.reset(client)
            return
        for one in (client, server):
            one.settimeout(10)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = Link(client, server)
        self.links.append(link)
        try:
            self.pump(link)
        except OSError:
            pass
        link.over = True
        self.reset(client, server)

    def pump(self, link):
        other = {link.client: link.server, link.server: link.client}
        while not self.closing and not link.cut:
            if self.held:
                time.sleep(0.02)
                continue
            for one in select.select(list(other), [], [], 0.05)[0]:
                data = one.recv(65536)
                if not data:
                    return
                if one is link.client and self.hold_at and self.hold_at in data:
                    self.hold_at, self.held = None, True
                while self.held and not self.closing and not link.cut:
                    time.sleep(0.02)
                if one is link.server and self.trickle:
                    for i in range(len(data)):
                        other[one].sendall(data[i:i + 1])
                        time.sleep(self.trickle)
                        if self.closing or link.cut:
                            return
                else:
                    other[one].sendall(data)
                link.passed += len(data)
