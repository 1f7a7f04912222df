/** Who wrote a vulnerability: values of `vulnerability.origin`. */
export const FEED = 0;
export const USER = 1;
