// Computes a proof of work off the page.
import { solve } from "./proof.js";

self.onmessage = ({ data }) => {
  self.postMessage({ proof: solve(data, (done) => self.postMessage({ done })) });
};
