// SPDX-License-Identifier: Apache-2.0

import MMSCommands

@main
enum Main {
  static func main() { MMSProgram.run() }
}
