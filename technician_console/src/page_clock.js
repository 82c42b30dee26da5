/** This page's own clock, in milliseconds: it never goes back, and knows nothing of the time of day. */
export const pageClock = () => performance.now();
