/**
 * Addresses that the service scan adds to a cage: of the container, and of itself as the one who calls. They belong to nobody
 * (RFC 5737, section 3, TEST-NET-1).
 */
export const scanAddresses = { container: '192.0.2.1', caller: '192.0.2.2' } as const;
