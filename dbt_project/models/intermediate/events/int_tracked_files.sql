with

logins as (

    select * from {{ ref('int_sensors_logins') }}

),

-- a name that became a login by another file makes rows of this one anew
recognised as (

    select
        said.source,
        said._source_file,
        {{ rows_print(['said.sensors_id']) }} as logins_print
    from {{ ref('int_sensors_names') }} as said
    inner join logins on said.sensors_id = logins.login_id
    where not said.is_login
    group by said.source, said._source_file

),

final as (

    select
        files.source,
        files._source_file,
        concat_ws('/', files.file_state, recognised.logins_print) as file_state
    from {{ ref('int_event_files') }} as files
    left join recognised
        on files.source = recognised.source and files._source_file = recognised._source_file

)

select * from final
