/** The service's quotas are in GB; whether of 10^9 bytes or of 2^30 is not stated: what lies between may be taken. */
export const LARGEST_READING = 1.024 ** 3;
