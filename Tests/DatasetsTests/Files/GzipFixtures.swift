// SPDX-License-Identifier: Apache-2.0
// Compressed files made by Tests/Golden/datasets/gzip_fixtures.py: an implementation independent of ours.

enum GzipFixtures {
    /// An idx file of two images of 2 x 3 pixels with values 0…11.
    static let compressedImages: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 130, 98,
        102, 6, 70, 38, 102, 22, 86, 54, 118, 14, 78, 46, 110, 0, 120, 30, 35, 132, 28, 0,
        0, 0,
    ]

    /// The same file in two gzip members.
    static let twoMembers: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 96, 96, 98, 0,
        0, 229, 74, 68, 97, 9, 0, 0, 0, 31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99,
        96, 96, 98, 96, 96, 96, 102, 96, 100, 98, 102, 97, 101, 99, 231, 224, 228, 226, 6, 0,
        108, 58, 91, 90, 19, 0, 0, 0,
    ]

    /// One image of one pixel declared, 64 KiB more than that inside.
    static let bomb: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 237, 195, 177, 13, 0, 48, 8, 192, 176, 160,
        46, 252, 127, 49, 107, 143, 176, 37, 215, 190, 106, 190, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 208, 1, 131, 255, 130,
        119, 16, 0, 1, 0,
    ]

    /// 60000 images declared, none inside.
    static let emptyPromise: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 96, 224, 96, 102, 96, 120, 149, 192, 192,
        192, 32, 3, 194, 0, 125, 3, 154, 175, 16, 0, 0, 0,
    ]
}
