/** The listening server with its time limits; a second Muster on the port is refused by name. */
import { createServer, type Server, type ServerResponse } from "node:http";
import { Socket, type AddressInfo } from "node:net";
import { ConfigError } from "../config.ts";
import type { Answer } from "./front.ts";

export interface Listening {
  readonly port: number;
  /** Stops accepting, lets requests in work finish, cuts what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

const idleEveryMs = 100;
const titles = { 400: "Bad Request", 408: "Request Timeout", 431: "Request Header Fields Too Large" } as const;
const statusOf = (code: string | undefined): keyof typeof titles => (code === "HPE_HEADER_OVERFLOW" ? 431 : code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400);

function limits(server: Server): Server {
  server.headersTimeout = 10_000;
  // Bodies have limits of their own (30 s for JSON); an upload of 25 MB on a slow line may take longer.
  server.requestTimeout = 600_000;
  server.keepAliveTimeout = 10_000;
  server.maxHeadersCount = 100;
  return server;
}

export function listen(answer: Answer, host: string, port: number): Promise<Listening> {
  let isClosing = false;
  const answers = new WeakMap<object, ServerResponse>();
  const server = limits(createServer({ connectionsCheckingInterval: 1_000, maxHeaderSize: 16_384 }, (request, response) => {
    // A client that sends on and on over one connection would keep a stopping server alive.
    if (isClosing) response.shouldKeepAlive = false;
    answers.set(request.socket, response);
    answer(request, response);
  }));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const begun = answers.get(socket);
    // A second answer behind one that is on its way would be taken for the answer to something else.
    if (begun?.headersSent === true && !begun.writableFinished && socket instanceof Socket) { socket.destroySoon(); return; }
    if (error.code === "ECONNRESET" || !socket.writable) { socket.destroy(); return; }
    const status = statusOf(error.code);
    socket.end(`HTTP/1.1 ${status} ${titles[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(error.code === "EADDRINUSE" ? new ConfigError(`port ${port} on ${host} is in use, perhaps by another Muster; stop it or set MUSTER_PORT`)
        : error.code === "EACCES" ? new ConfigError(`port ${port} may not be opened by this account; set MUSTER_PORT to one above 1023`)
        : error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND" ? new ConfigError(`MUSTER_HOST: ${host} is no address of this machine`) : error);
    });
    server.listen({ host, port, backlog: 4_096, exclusive: true }, () => {
      resolve({
        port: (server.address() as AddressInfo).port,
        close: (graceMs) => new Promise((done) => {
          isClosing = true;
          const cut = setTimeout(() => { server.closeAllConnections(); }, graceMs);
          const idle = setInterval(() => { server.closeIdleConnections(); }, idleEveryMs);
          server.close(() => { clearTimeout(cut); clearInterval(idle); done(); });
        }),
      });
    });
  });
}
