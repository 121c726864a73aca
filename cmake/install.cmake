# What is installed where, and the Debian package of it.
include(GNUInstallDirs)
set(POSTFLIGHT_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions
    CACHE STRING "Where zsh looks for completions")
option(POSTFLIGHT_GZIP "Install manual pages compressed" OFF)

install(TARGETS postflight RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

function(install_manual section)
    foreach(name IN LISTS ARGN)
        set(page ${manual}/${name}.${section})
        if(POSTFLIGHT_GZIP)
            install(CODE "execute_process(COMMAND gzip -9nfk ${page}
                COMMAND_ERROR_IS_FATAL ANY)")
            string(APPEND page .gz)
        endif()
        install(FILES ${page}
            DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
    endforeach()
endfunction()
install_manual(1 postflight)
install_manual(5 postflight-checks postflight-signatures)

install(FILES ${manual}/postflight.bash RENAME postflight
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${manual}/_postflight DESTINATION ${POSTFLIGHT_ZSH_DIR})
install(FILES ${manual}/postflight.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# To read and to copy: the binary holds signatures and templates.
set(shared ${CMAKE_INSTALL_DATADIR}/postflight)
install(FILES ${signature_files} DESTINATION ${shared}/signatures.d)
install(DIRECTORY templates DESTINATION ${shared})
install(DIRECTORY schemas DESTINATION ${shared} FILES_MATCHING PATTERN *.json)
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY checks.d DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# Under the prefix, as /usr/lib/systemd/system of the package.
set(POSTFLIGHT_UNIT_DIR lib/systemd/system CACHE STRING "Where units lie")
install(FILES packaging/systemd/postflight-watch.service
    packaging/systemd/postflight-watch@.service
    packaging/systemd/postflight-watch@.timer
    DESTINATION ${POSTFLIGHT_UNIT_DIR})

# scripts/package makes it: it asks for gzip and for Debian's folder of zsh.
if(POSTFLIGHT_GZIP)
    install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
    install(CODE "execute_process(COMMAND gzip -9nc
        ${PROJECT_SOURCE_DIR}/packaging/changelog
        OUTPUT_FILE ${CMAKE_BINARY_DIR}/changelog.gz
        COMMAND_ERROR_IS_FATAL ANY)")
    install(FILES ${CMAKE_BINARY_DIR}/changelog.gz
        DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME postflight)
set(CPACK_PACKAGE_CONTACT
    "the postflight authors <postflight@postflight.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
    "tells whether a deploy has shipped and is healthy")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Tells after a deploy whether the build just shipped is the one that is
serving, whether it is healthy, and if not what broke first, and writes it
up.
.
Checks ask services; deploy logs are scanned for known errors and what caused
them; both together give an exit code for CI, a record in JSON, and documents
of the incident.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE
    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 (>= 7.87)") # CURLOPT_QUICK_EXIT
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, git")
include(CPack)
