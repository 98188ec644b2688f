// SPDX-License-Identifier: Apache-2.0
// `make bench`.

@main
enum Bench {
    static func main() {}
}
