/** The version of this program: that of package.json, which test/docs.test.ts compares. */
export const toolVersion = '0.1.0';
