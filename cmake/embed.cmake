# embed_folder(TARGET FOLDER): the *.yaml files of a data folder as a C table,
# so that the one binary carries the catalogue it was built with.
function(embed_folder target folder)
    file(GLOB files CONFIGURE_DEPENDS ${folder}/*.yaml)
    list(SORT files)
    set(output ${CMAKE_BINARY_DIR}/embedded/${target}.c)
    add_custom_command(
        OUTPUT ${output}
        COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAME=${target}
                "-DFILES=${files}" -P ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
        DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake
        VERBATIM)
    add_library(${target} STATIC ${output})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC flags)
endfunction()
