// SPDX-License-Identifier: Apache-2.0

import MMSData

#if Service
  import MMSExchange
#endif

extension DataSourceFactory {
  /// Every scheme this program opens.
  static let ofProgram: DataSourceFactory = {
    var factory = DataSourceFactory()
    #if Service
      factory.register(.binance)
    #endif
    return factory
  }()
}
