/** The API as types; tools/prepare.sh makes them of the routes. */
export type * from '../../../dist/api-types.ts';
